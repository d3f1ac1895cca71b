"""Work in other processes, which may hang, grow or die: what a task does there becomes its value or its error.

Whoever uses this says what is called: a function of a module and one argument, both picklable. Two ways in:
`run.run` takes a whole list and needs a folder (batch: joblib's processes, few and long-lived); `slots.Slots` takes
one task after another, each of which can be cancelled (benchmark, service: one killable process a slot).
"""
