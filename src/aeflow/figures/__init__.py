"""The paper's Figures 1-6, drawn from the project's own models, graph and metrics."""
