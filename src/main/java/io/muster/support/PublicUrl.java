package io.muster.support;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/** The address that links to this installation begin with. */
public final class PublicUrl {

    private PublicUrl() {}

    /**
     * Reads {@code muster.public-url}, or {@code muster.link-base}, as it was called before; without a slash at the end.
     *
     * @throws Refusal when it is no web address
     */
    public static Optional<String> read(Settings settings) {
        return read(
                settings, settings.has(KnownSettings.PUBLIC_URL) ? KnownSettings.PUBLIC_URL : KnownSettings.LINK_BASE);
    }

    /**
     * Reads a web address; without a slash at the end.
     *
     * @throws Refusal when it is none
     */
    public static Optional<String> read(Settings settings, KnownSetting.Open setting) {
        Optional<String> url = settings.text(setting);
        if (url.isPresent() && !isWebAddress(url.get())) {
            throw Settings.wrong(setting, url.get(), "is no web address", "https://muster.example.com");
        }

        return url.map(text -> text.replaceAll("/+$", ""));
    }

    private static boolean isWebAddress(String text) {
        try {
            URI uri = URI.create(text);
            return uri.getHost() != null && List.of("http", "https").contains(uri.getScheme());
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
