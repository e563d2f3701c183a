package io.muster.support.log;

/** How lines of the log are written. */
public enum LogFormat {
    /** For people. */
    TEXT,
    /** An object of JSON a line, for programs that collect logs. */
    JSON;

    /** As the files of Logback say it, before settings are read and judged. */
    static LogFormat of(String word) {
        return word.strip().equalsIgnoreCase(JSON.name()) ? JSON : TEXT;
    }
}
