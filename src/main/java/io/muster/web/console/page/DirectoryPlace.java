package io.muster.web.console.page;

/**
 * An entry of the navigation within a directory. Each part of the console brings its own.
 *
 * @param order the lower, the further left
 * @param path behind the address of the directory, such as {@code /contacts}; empty for its first page
 */
public record DirectoryPlace(int order, String name, String path) {}
