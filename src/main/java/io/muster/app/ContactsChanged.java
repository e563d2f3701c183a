package io.muster.app;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which contacts a change concerned.
 *
 * @param list the list's id; null when it was about the directory itself
 * @param changed ids of contacts that it changed, or would change
 * @param unchanged ids of contacts that were that way already
 */
public record ContactsChanged(@Nullable String list, List<String> changed, List<String> unchanged) {}
