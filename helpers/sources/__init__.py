"""Where the official reviews come from: an archive on this machine, or one that is downloaded."""
