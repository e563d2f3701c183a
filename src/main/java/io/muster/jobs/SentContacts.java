package io.muster.jobs;

import io.muster.support.Sha256;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Contacts that a caller sends to be imported into a list.
 *
 * @param list the list's numeric id
 * @param batch the number of the batch that their transactions are put into; null for none
 * @param contacts how many they are
 * @param unprocessed indexes of those that could not be read, ascending
 * @param file the contacts as comma-separated values in UTF-8, with a header: one record each, in their order; asked for
 *     with the id that they get
 * @param repeatKey hash under which a repetition is recognised; null where none is
 * @param hash hash of what was sent
 */
public record SentContacts(
        int list,
        @Nullable Long batch,
        int contacts,
        List<Integer> unprocessed,
        Function<String, byte[]> file,
        @Nullable Sha256 repeatKey,
        Sha256 hash) {}
