"""Building again and again while logs grow, and showing the site on this machine meanwhile."""
