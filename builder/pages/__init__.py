"""Every HTML page that the builder makes: templates filled with plain values, all of them escaped."""
