import Testing

/// Everything that runs the built program; one run at a time, so that none is slowed down by the others.
@Suite(.serialized) enum ProgramTests {}
