"""The study: data sets, balancing methods, classifiers, runs, scores and pages that the stages call."""
