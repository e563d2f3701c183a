package io.muster.app;

/**
 * How much goes with a directory that is deleted.
 *
 * @param directory its public id
 * @param contacts contacts in it, with all that hangs on them
 * @param lists mailing lists in it
 * @param segments segments in it, with their past
 * @param runs runs that it has had; they stay in the list of runs, without the contents of their rows
 */
public record DirectoryContents(String directory, String name, long contacts, int lists, int segments, long runs) {}
