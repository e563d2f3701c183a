package io.muster.cli;

import io.muster.support.KnownSettings;
import io.muster.support.Refusal;
import io.muster.support.Settings;
import io.muster.support.StateFolder;
import io.muster.support.log.LogFormat;
import io.muster.support.traces.TracesConfiguration;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * The beans of a command. Opened only by commands that need the database, and so that the least is created: each bean when
 * it is first asked for.
 *
 * <pre>{@code
 * try (AppContext context = AppContext.open(terminal, DirectoryConfiguration.class)) {
 *     context.get(Directories.class).list();
 * }
 * }</pre>
 *
 * <p>Nothing is scanned: each feature has a public {@code @Configuration} class that lists its beans and imports what it
 * needs, Boot's auto-configurations included ({@code @ImportAutoConfiguration}). The clock, the state folder, the JSON
 * mapper and the database are always there.
 */
final class AppContext implements AutoCloseable {

    private final ConfigurableApplicationContext context;

    private AppContext(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /** Beans created when first asked for: for commands that do one thing and end. */
    static AppContext open(Terminal terminal, Class<?>... configurations) {
        return new AppContext(run(terminal, true, configurations));
    }

    /** Beans created at once, life cycles started: for roles that stay. */
    static AppContext start(Terminal terminal, Class<?>... configurations) {
        return new AppContext(run(terminal, false, configurations));
    }

    private static ConfigurableApplicationContext run(Terminal terminal, boolean lazy, Class<?>... configurations) {
        StateFolder home = terminal.home();
        SpringApplication application = new SpringApplication(CoreConfiguration.class);
        application.addPrimarySources(List.of(TracesConfiguration.class));
        for (Class<?> configuration : configurations) {
            application.addPrimarySources(List.of(configuration));
        }

        application.setWebApplicationType(WebApplicationType.NONE);
        application.setBannerMode(Banner.Mode.OFF);
        application.setLogStartupInfo(false);
        // Commands close their context themselves, after their work has stopped in order: see Terminal.onStop.
        application.setRegisterShutdownHook(false);
        application.setAddCommandLineProperties(false);
        application.setLazyInitialization(lazy);
        application.setDefaultProperties(properties(home));
        application.addInitializers(context -> context.getBeanFactory().registerSingleton("stateFolder", home));
        try {
            ConfigurableApplicationContext context = application.run();
            // Logging has begun with what it found; a word that is none is refused here.
            var ignored =
                    new Settings(context.getEnvironment()::getProperty).one(KnownSettings.LOG_FORMAT, LogFormat.class);
            return context;
        } catch (YAMLException e) {
            throw Refusal.usage(
                    "Cannot read the configuration file %s: %s. Correct it; values with special characters need quotes."
                            .formatted(
                                    configurationFile(home),
                                    String.valueOf(e.getMessage()).replaceAll("\\s*\\R\\s*", " ")));
        }
    }

    private static Path configurationFile(StateFolder home) {
        String named = System.getenv("MUSTER_CONFIG");
        return named == null || named.isBlank() ? home.path().resolve("muster.yaml") : Path.of(named);
    }

    private static Map<String, Object> properties(StateFolder home) {
        Map<String, Object> properties = new HashMap<>();
        System.setProperty("muster.logs", home.folder("logs").toString());
        properties.put("logging.config", "classpath:logback-home.xml");
        Path file = configurationFile(home);
        if (System.getenv("MUSTER_CONFIG") != null && !Files.isReadable(file)) {
            throw Refusal.usage("Cannot read the configuration file %s that MUSTER_CONFIG names. Give an existing file."
                    .formatted(file));
        }

        properties.put("spring.config.import", "optional:" + file.toUri());
        return properties;
    }

    /** The bean of a type. */
    <T> T get(Class<T> type) {
        return context.getBean(type);
    }

    /** All beans, for a front that takes many of them. */
    ApplicationContext beans() {
        return context;
    }

    @Override
    public void close() {
        context.close();
        FastStart.prepare();
    }
}
