// What tells the two builds of the package apart: `build.mjs` puts the values in.

/** Whether the module reads compiled snapshots only, and explains nothing. */
declare const SLIM: boolean;

/** The name of the module's file. */
declare const MODULE_FILE: string;
