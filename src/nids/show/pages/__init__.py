"""The report: what the results say in sentences, tables and pages."""
