"""The use case `console calibrate`: how a console writes rules is learnt, and tried with one disabled rule."""
