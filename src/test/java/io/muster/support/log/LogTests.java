package io.muster.support.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.spi.FilterReply;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LogTests {

    private final LoggerContext context = new LoggerContext();

    @AfterEach
    void forget() {
        MDC.clear();
    }

    private LoggingEvent event(Level level, String logger, String message, @Nullable Throwable failure) {
        LoggingEvent event = new LoggingEvent("", logger(logger), level, message, failure, null);
        event.setInstant(Instant.parse("2026-11-30T08:00:00.123Z"));
        event.setMDCPropertyMap(Map.of("run", "RN_1", "traceId", "abc"));
        return event;
    }

    private Logger logger(String name) {
        return context.getLogger(name);
    }

    private String encoded(String format, LoggingEvent event) {
        LogEncoder encoder = new LogEncoder();
        encoder.setContext(context);
        encoder.setFormat(format);
        encoder.setPattern("%-5level %msg%n");
        encoder.start();
        return new String(encoder.encode(event), StandardCharsets.UTF_8);
    }

    @Test
    void textFollowsThePattern() {
        assertThat(encoded("text", event(Level.INFO, "io.muster.A", "done", null)))
                .isEqualTo("INFO  done\n");
        assertThat(encoded("", event(Level.INFO, "io.muster.A", "done", null))).isEqualTo("INFO  done\n");
    }

    @Test
    void jsonIsOneObjectALineWithTheContextOfTheThread() {
        String line = encoded("json", event(Level.WARN, "io.muster.A", "a \"b\"\n\tc\\d \u0001 é", null));

        assertThat(line).endsWith("}\n").hasLineCount(1);
        JsonNode json = JsonMapper.shared().readTree(line);
        assertThat(json.path("@timestamp").asString()).isEqualTo("2026-11-30T08:00:00.123Z");
        assertThat(json.path("log.level").asString()).isEqualTo("WARN");
        assertThat(json.path("message").asString()).isEqualTo("a \"b\"\n\tc\\d \u0001 é");
        assertThat(json.path("log.logger").asString()).isEqualTo("io.muster.A");
        assertThat(json.path("process.pid").asLong())
                .isEqualTo(ProcessHandle.current().pid());
        assertThat(json.path("run").asString()).isEqualTo("RN_1");
        assertThat(json.path("trace.id").asString()).isEqualTo("abc");
        assertThat(json.has("error.type")).isFalse();
    }

    @Test
    void jsonHasFailuresInFieldsOfTheirOwn() {
        String line = encoded("JSON", event(Level.ERROR, "a", "failed", new IllegalStateException("because")));

        JsonNode json = JsonMapper.shared().readTree(line);
        assertThat(line).hasLineCount(1);
        assertThat(json.path("error.type").asString()).isEqualTo("java.lang.IllegalStateException");
        assertThat(json.path("error.message").asString()).isEqualTo("because");
        assertThat(json.path("error.stack_trace").asString())
                .startsWith("java.lang.IllegalStateException: because")
                .contains("LogTests.java");
    }

    @Test
    void theConsoleHasWarningsInTextAndInformationInJson() {
        assertThat(console("text", "", Level.INFO)).isEqualTo(FilterReply.DENY);
        assertThat(console("text", "", Level.WARN)).isEqualTo(FilterReply.NEUTRAL);
        assertThat(console("text", "DEBUG", Level.DEBUG)).isEqualTo(FilterReply.NEUTRAL);
        assertThat(console("json", "", Level.INFO)).isEqualTo(FilterReply.NEUTRAL);
        assertThat(console("json", "", Level.DEBUG)).isEqualTo(FilterReply.DENY);
        ConsoleFilter filter = new ConsoleFilter();
        assertThat(filter.decide(event(Level.WARN, "muster.notice", "Waiting", null)))
                .as("what has an appender of its own")
                .isEqualTo(FilterReply.DENY);
    }

    private FilterReply console(String format, String level, Level of) {
        ConsoleFilter filter = new ConsoleFilter();
        filter.setFormat(format);
        filter.setLevel(level);
        return filter.decide(event(of, "a", "b", null));
    }

    @Test
    void aContextEndsAndTheOneBeforeIsThereAgain() {
        MDC.put("request", "1");
        try (LogContext outer = LogContext.begin().with("run", "RN_1").with("automation", null)) {
            assertThat(outer).isNotNull();
            assertThat(MDC.getCopyOfContextMap()).isEqualTo(Map.of("request", "1", "run", "RN_1"));
            try (LogContext inner = LogContext.begin().with("run", "RN_2")) {
                assertThat(inner).isNotNull();
                assertThat(MDC.get("run")).isEqualTo("RN_2");
            }

            assertThat(MDC.get("run")).isEqualTo("RN_1");
        }

        assertThat(MDC.getCopyOfContextMap()).isEqualTo(Map.of("request", "1"));
    }

    @Test
    void threadsThatAreMadeForWorkHaveItsContext() throws Exception {
        try (LogContext run = LogContext.begin().with("run", "RN_1")) {
            assertThat(run).isNotNull();
            try (ExecutorService threads = Executors.newSingleThreadExecutor(
                    LogContext.carried(Thread.ofPlatform().factory()))) {
                MDC.put("run", "RN_2");
                assertThat(threads.submit(() -> MDC.get("run")).get()).isEqualTo("RN_1");
                Runnable carried =
                        LogContext.carried(() -> assertThat(MDC.get("run")).isEqualTo("RN_2"));
                threads.submit(carried).get();
                assertThat(threads.submit(() -> MDC.get("run")).get()).isEqualTo("RN_1");
            }
        }
    }
}
