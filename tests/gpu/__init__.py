"""Every path that may run on a GPU, against the CPU."""
