package io.muster.directory;

/**
 * A named set of contacts of one directory.
 *
 * @param number its numeric id
 * @param id its public id, {@code CG_…}
 * @param directory its directory
 * @param name its name, unique in the directory
 * @param createdAt epoch milliseconds
 */
public record MailingList(int number, String id, int directory, String name, long createdAt) {}
