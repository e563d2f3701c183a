package io.muster.segment;

/**
 * A definition that a segment had from some moment on.
 *
 * @param revision counts definitions from 1
 * @param definition the condition as canonical JSON
 * @param actor who wrote it
 * @param definedAt epoch milliseconds
 */
public record DefinitionChange(int revision, String definition, String actor, long definedAt) {}
