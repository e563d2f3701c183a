package io.muster.snapshot.format;

import io.muster.intercept.decide.ProjectDefinition;

/**
 * A snapshot whose manifest and definitions are read and verified; its table is opened apart, as projects share it.
 *
 * @param manifest what it consists of
 * @param definition the project and its intercepts
 */
public record ProjectSnapshot(Manifest manifest, ProjectDefinition definition) {}
