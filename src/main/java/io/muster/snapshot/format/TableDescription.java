package io.muster.snapshot.format;

import java.util.List;

/**
 * What a table of contacts is about. It is part of the table's file.
 *
 * @param directory the public id of the directory
 * @param moment the moment that the contacts and memberships are of, epoch milliseconds
 * @param version every change of a contact with a greater version is newer than the table
 * @param position where the change feed goes on from, as the server understands it
 * @param audiences the public ids of the segments, in the order of their bits
 * @param surveys what each next eligible time is for: an empty text for all surveys, then the surveys with rules of their
 *     own, folded; empty when no rule limits anything
 */
public record TableDescription(
        String directory, long moment, long version, String position, List<String> audiences, List<String> surveys) {

    /** Copies the lists and checks them. */
    public TableDescription {
        audiences = List.copyOf(audiences);
        surveys = List.copyOf(surveys);
        if (!surveys.isEmpty() && !surveys.getFirst().isEmpty()) {
            throw new IllegalArgumentException("The first time is for all surveys: " + surveys);
        }
    }

    /** How many words of 64 memberships a contact has. */
    public int audienceWords() {
        return (audiences.size() + Long.SIZE - 1) / Long.SIZE;
    }
}
