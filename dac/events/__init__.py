"""From the payload of an event to the custom properties QRadar would extract from it."""
