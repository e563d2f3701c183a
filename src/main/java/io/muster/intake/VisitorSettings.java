package io.muster.intake;

import io.muster.support.KnownSettings;
import io.muster.support.Settings;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How many visitors are taken in.
 *
 * @param perProject visitors of a project within a minute
 * @param perCaller calls of one caller within a minute
 */
public record VisitorSettings(int perProject, int perCaller) {

    /**
     * Reads {@code muster.http.visitors-per-project} and {@code muster.http.visitors-per-address}.
     *
     * @throws io.muster.support.Refusal when one cannot be used, with its name and an example
     */
    public static VisitorSettings read(Function<String, @Nullable String> properties) {
        Settings settings = new Settings(properties);
        return new VisitorSettings(
                settings.number(KnownSettings.HTTP_VISITORS_PER_PROJECT),
                settings.number(KnownSettings.HTTP_VISITORS_PER_ADDRESS));
    }
}
