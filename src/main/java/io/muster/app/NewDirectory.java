package io.muster.app;

import io.muster.directory.Actor;
import java.time.ZoneId;
import java.util.List;

/**
 * Asks for a directory.
 *
 * @param name 1 to 255 code points, unique in the installation
 * @param rules its identity rules in order, each as its fields separated by commas; empty for none
 */
public record NewDirectory(Actor actor, String name, ZoneId timeZone, List<String> rules) {}
