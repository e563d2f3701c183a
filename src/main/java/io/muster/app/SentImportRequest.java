package io.muster.app;

import io.muster.directory.Actor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Contacts that a caller wants to be imported into a list.
 *
 * @param directory id of the directory
 * @param list id of the list
 * @param batch id of the batch that their transactions are put into; null for none
 * @param fields fields that transactions may have; the names of none
 * @param repeat who sends it, and the key under which a repetition is recognised; null where none is
 * @param body what was sent, to recognise a repetition that says something else
 */
public record SentImportRequest(
        String directory,
        String list,
        @Nullable String batch,
        List<String> fields,
        List<SentContact> contacts,
        @Nullable String repeat,
        String body,
        Actor actor) {}
