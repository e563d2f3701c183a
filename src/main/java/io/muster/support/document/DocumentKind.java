package io.muster.support.document;

/**
 * What documents of one kind are called in messages, and how much one may hold.
 *
 * @param plural what they are called, such as {@code job files}
 * @param content what one of them holds, such as {@code a job}
 * @param page the page that describes them, such as {@code docs/job-files.md}
 */
public record DocumentKind(String plural, String content, String page, Limits limits) {

    /**
     * The limits that keep reading cheap whatever a document holds.
     *
     * @param characters most characters
     * @param tooLong what is wrong with a document that is longer, and what to do
     * @param depth most levels of lists and keys within the outermost one; callers that recurse need it small
     * @param tooDeep what is wrong with a document that is deeper, and what to do
     * @param aliases most nodes that aliases may repeat in all; 0 refuses anchors and aliases
     */
    public record Limits(int characters, String tooLong, int depth, String tooDeep, int aliases) {}
}
