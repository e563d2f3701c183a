package io.muster.directory;

import com.google.i18n.phonenumbers.PhoneNumberUtil;
import io.muster.support.Refusal;
import java.util.Locale;
import java.util.Optional;

/**
 * The regions in which phone numbers without {@code +} can be read: those whose numbering plan libphonenumber knows. They are
 * nearly the two-letter codes of ISO 3166, with a few more (Kosovo is {@code XK}) and without places that have no plan
 * of their own (Antarctica).
 */
public final class Regions {

    private Regions() {}

    /** The region in capital letters; empty when it is not known. */
    public static Optional<String> find(String region) {
        return Optional.of(region.strip().toUpperCase(Locale.ROOT))
                .filter(upper ->
                        PhoneNumberUtil.getInstance().getSupportedRegions().contains(upper));
    }

    /**
     * The region in capital letters.
     *
     * @throws Refusal when it is not known
     */
    public static String checked(String region) {
        return find(region)
                .orElseThrow(
                        () -> Refusal.invalid(
                                "UNKNOWN_REGION",
                                "Cannot read phone numbers of the region '" + region
                                        + "': it is not known. Use a code of two letters from ISO 3166, for example US or DE."));
    }
}
