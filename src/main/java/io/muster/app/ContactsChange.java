package io.muster.app;

import io.muster.directory.Actor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks for the same change of several contacts of one directory.
 *
 * @param contacts their ids
 * @param list a list of their directory, by id or name; null for the directory itself
 */
public record ContactsChange(
        Actor actor, List<String> contacts, @Nullable String list) {}
