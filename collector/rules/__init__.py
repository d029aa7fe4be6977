"""Alert rules: conditions in the expression language, judged row by row while a run goes or long after it."""
