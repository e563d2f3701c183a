package io.muster.app;

import io.muster.support.KnownSetting;
import io.muster.support.KnownSettings;
import io.muster.support.Settings;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;

/** The settings of this process: what counts of each, and where it comes from. Secrets are not shown. */
public final class SettingsService {

    private static final Pattern LINK = Pattern.compile("\\[([^]]*)]\\([^)]*\\)");
    private static final Pattern CREDENTIALS = Pattern.compile("(?<=//)[^/@\\s]*@");
    private static final Pattern QUERY = Pattern.compile("\\?\\S*");

    private final ConfigurableEnvironment environment;

    SettingsService(ConfigurableEnvironment environment) {
        this.environment = environment;
    }

    /**
     * A setting as it counts.
     *
     * @param value what counts; of a secret only whether it is set
     * @param origin where that comes from, in words
     * @param given whether somebody has set it
     */
    public record EffectiveSetting(
            String name, String variable, String value, String origin, boolean given, String meaning) {}

    /** All of them, in the order of the documentation. */
    public List<EffectiveSetting> list() {
        return KnownSettings.all().stream().map(this::effective).toList();
    }

    private EffectiveSetting effective(KnownSetting setting) {
        Optional<Given> given = given(setting.name());
        Optional<Given> file = setting.isSecret() ? given(setting.name() + "-file") : Optional.empty();
        String value = file.or(() -> given)
                .map(one -> setting.isSecret() ? "set" : withoutCredentials(one.text()))
                .orElseGet(() -> plain(setting.shown()));
        String origin = file.map(one -> "a file, named by " + one.origin())
                .or(() -> given.map(Given::origin))
                .orElse("usual");
        return new EffectiveSetting(
                setting.name(),
                setting.variable(),
                value,
                origin,
                file.isPresent() || given.isPresent(),
                plain(setting.meaning()));
    }

    private record Given(String text, String origin) {}

    /** Blank counts as not set, as {@link Settings} has it. */
    private Optional<Given> given(String name) {
        String text = environment.getProperty(name);
        return text == null || text.isBlank() ? Optional.empty() : Optional.of(new Given(text.strip(), origin(name)));
    }

    private String origin(String name) {
        String variable = Settings.variable(name);
        for (PropertySource<?> source : environment.getPropertySources()) {
            switch (source.getName()) {
                case StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME -> {
                    if (source.containsProperty(variable)) {
                        return "the environment, " + variable;
                    }
                }
                case StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME -> {
                    if (source.containsProperty(name)) {
                        return "the command that started the server";
                    }
                }
                default -> {
                    // The one that stands for all others is not enumerable.
                    if (source instanceof EnumerablePropertySource<?> && source.containsProperty(name)) {
                        return "the configuration file";
                    }
                }
            }
        }

        return "the configuration file";
    }

    private static String withoutCredentials(String text) {
        return text.contains("//")
                ? QUERY.matcher(CREDENTIALS.matcher(text).replaceAll("…@")).replaceAll("?…")
                : text;
    }

    /** The documentation is in Markdown. */
    private static String plain(String markdown) {
        return LINK.matcher(markdown).replaceAll("$1").replace("`", "");
    }
}
