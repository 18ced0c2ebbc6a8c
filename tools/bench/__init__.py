"""`make bench`: seconds and memory of stages, samplers and classifiers, kept in metrics/bench*.json.

Nothing here is a DVC output: times differ from run to run, results do not.
"""
