import { test } from "./test.ts";

import "./story/begins.ts";
import "./story/works.ts";
import "./story/shares.ts";

/* A team moves a Trello board in and works on it: each test goes on where the one before it ended. */

test.use({ instance: "story" });
test.describe.configure({ mode: "serial" });
