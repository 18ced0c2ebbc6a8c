"""What people see: figures and pages."""
