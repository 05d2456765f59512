// Plain JavaScript that any Node can read: an old one must meet this sentence and not a syntax error.
var major = Number(process.versions.node.split(".")[0]);
if (major < 24) {
  console.error(
    "Longhaul needs Node 24 or newer, and this is Node " +
      process.versions.node +
      '. "npm install" brings its own Node 24 unless install scripts are switched off: run it again without --ignore-scripts, or install Node 24.',
  );
  process.exit(1);
}
