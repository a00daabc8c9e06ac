"""Keys that can be destroyed: one per case or person, each wrapped under the installation's own key."""
