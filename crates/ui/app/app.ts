import "./core/htmx";
import "./core/send";
import "./core/float";
import "./core/confirm";
import "./core/copy";
import "./core/offline";
import "./pages/markdown";
import "./pages/palette";
import "./pages/picker";
import "./live/start";
import { tend } from "./core/toast";
import { markTheme } from "./core/theme";
import { refreshTimes } from "./core/times";
import { prepareDrag } from "./board/drag";
import { roveTabs } from "./board/focus";
import { foldRemembered } from "./board/groups";
import { reconcile } from "./board/move";
import { dropTwins } from "./board/twins";
import { drawSelection } from "./board/select";
import { growFields, prepareForms } from "./pages/forms";
import { closeIfGone, mark } from "./pages/panel";

/** Brings the page in order; harmless to repeat. */
function settle(): void {
  refreshTimes();
  tend();
  markTheme();
  reconcile();
  roveTabs();
  foldRemembered();
  drawSelection();
  growFields();
  mark();
  closeIfGone();
  void prepareDrag();
}

document.addEventListener("htmx:before:swap", dropTwins);
document.addEventListener("htmx:after:swap", settle);
prepareForms();
settle();
