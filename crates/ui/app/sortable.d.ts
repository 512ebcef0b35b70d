declare module "sortablejs/modular/sortable.core.esm.js";
