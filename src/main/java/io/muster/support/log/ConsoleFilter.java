package io.muster.support.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;

/**
 * What reaches the console: warnings in text, since people have the log as well; everything from INFO on in JSON, since it is
 * collected from there. What is said to people has an appender of its own.
 */
public final class ConsoleFilter extends Filter<ILoggingEvent> {

    private static final String NOTICE = "muster.notice";

    private LogFormat format = LogFormat.TEXT;
    private String level = "";

    /** The form; set by the files of Logback. */
    public void setFormat(String word) {
        format = LogFormat.of(word);
    }

    /** The least level, in place of the usual one; blank for that. Set by the files of Logback. */
    public void setLevel(String word) {
        level = word;
    }

    @Override
    public FilterReply decide(ILoggingEvent event) {
        Level least = Level.toLevel(level.strip(), format == LogFormat.JSON ? Level.INFO : Level.WARN);
        return event.getLevel().isGreaterOrEqual(least)
                        && !event.getLoggerName().equals(NOTICE)
                ? FilterReply.NEUTRAL
                : FilterReply.DENY;
    }
}
