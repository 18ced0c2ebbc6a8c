"""AE-Flow data balancing for network intrusion detection."""
