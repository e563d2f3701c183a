package io.muster.support.log;

import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lines of the log: text after a pattern, or an object of JSON with the fields of the Elastic Common Schema
 * (https://www.elastic.co/guide/en/ecs/current/). The context of the thread is in fields of its own. Also for processes that
 * have no Spring.
 */
public final class LogEncoder extends EncoderBase<ILoggingEvent> {

    private static final byte[] NOTHING = {};
    private static final char LAST_CONTROL = 0x1f;

    /** Names of the context that have another one in the schema. */
    private static final Map<String, String> NAMES = Map.of("traceId", "trace.id", "spanId", "span.id");

    private final PatternLayout text = new PatternLayout();
    private final long process = ProcessHandle.current().pid();
    private LogFormat format = LogFormat.TEXT;

    /** The form; set by the files of Logback. */
    public void setFormat(String word) {
        format = LogFormat.of(word);
    }

    /** The pattern of text; set by the files of Logback. */
    public void setPattern(String pattern) {
        text.setPattern(pattern);
    }

    @Override
    public void start() {
        text.setContext(getContext());
        text.start();
        super.start();
    }

    @Override
    public byte[] headerBytes() {
        return NOTHING;
    }

    @Override
    public byte[] footerBytes() {
        return NOTHING;
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        String line = format == LogFormat.TEXT ? text.doLayout(event) : json(event);
        return line.getBytes(StandardCharsets.UTF_8);
    }

    private String json(ILoggingEvent event) {
        StringBuilder json = new StringBuilder(256).append('{');
        field(json, "@timestamp", Instant.ofEpochMilli(event.getTimeStamp()).toString());
        field(json, "log.level", event.getLevel().toString());
        field(json, "message", event.getFormattedMessage());
        field(json, "ecs.version", "8.11");
        field(json, "service.name", "muster");
        json.append(",\"process.pid\":").append(process);
        field(json, "process.thread.name", event.getThreadName());
        field(json, "log.logger", event.getLoggerName());
        event.getMDCPropertyMap().forEach((key, value) -> field(json, NAMES.getOrDefault(key, key), value));
        IThrowableProxy failure = event.getThrowableProxy();
        if (failure != null) {
            field(json, "error.type", failure.getClassName());
            field(json, "error.message", failure.getMessage());
            field(json, "error.stack_trace", ThrowableProxyUtil.asString(failure));
        }

        return json.append("}\n").toString();
    }

    private static void field(StringBuilder json, String name, @Nullable String value) {
        if (value == null) {
            return;
        }

        json.append(json.length() > 1 ? ",\"" : "\"").append(name).append("\":\"");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"' -> json.append("\\\"");
                case '\\' -> json.append("\\\\");
                case '\n' -> json.append("\\n");
                case '\r' -> json.append("\\r");
                case '\t' -> json.append("\\t");
                default -> {
                    if (c <= LAST_CONTROL) {
                        json.append("\\u%04x".formatted((int) c));
                    } else {
                        json.append(c);
                    }
                }
            }
        }

        json.append('"');
    }
}
