"""The ground floor: clock, identifiers, errors, configuration, database mixins. Knows no room above it."""
