"""Floor 2: flow files. YAML text in, typed flows and positions out; every problem is a `Diagnostic`."""
