package io.muster.directory;

import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.ValidationResult;
import com.google.i18n.phonenumbers.Phonemetadata.PhoneMetadata;
import com.google.i18n.phonenumbers.Phonenumber.PhoneNumber;
import com.google.i18n.phonenumbers.metadata.DefaultMetadataDependenciesProvider;
import com.google.i18n.phonenumbers.metadata.source.MetadataSource;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What must be known of a country calling code to see that libphonenumber would leave a number behind it as it is: the
 * lengths that exist, and the national prefixes that it would take away.
 *
 * @param lengths bit n is set when national numbers of n digits exist; none for an unassigned code
 * @param literalPrefix digits that are taken away where a number starts with them; null when there are none
 * @param prefixPattern the same where it is not just digits
 */
record CallingCode(
        int lengths,
        @Nullable String literalPrefix,
        @Nullable Pattern prefixPattern) {

    private static final CallingCode UNASSIGNED = new CallingCode(0, null, null);
    // PhoneNumberUtil.MAX_LENGTH_FOR_NSN; longer ones are refused by it.
    private static final int MAX_NATIONAL_DIGITS = 17;

    static CallingCode of(int code, PhoneNumberUtil library) {
        if (!library.getSupportedCallingCodes().contains(code)) {
            return UNASSIGNED;
        }

        int lengths = 0;
        long number = 10;
        for (int digits = 2; digits <= MAX_NATIONAL_DIGITS; digits++, number *= 10) {
            PhoneNumber sample = new PhoneNumber().setCountryCode(code).setNationalNumber(number);
            if (library.isPossibleNumberWithReason(sample) == ValidationResult.IS_POSSIBLE) {
                lengths |= 1 << digits;
            }
        }

        String prefix = metadata(code, library).getNationalPrefixForParsing();
        if (prefix.isEmpty()) {
            return new CallingCode(lengths, null, null);
        }

        return prefix.chars().allMatch(c -> c >= '0' && c <= '9')
                ? new CallingCode(lengths, prefix, null)
                : new CallingCode(lengths, null, Pattern.compile(prefix));
    }

    private static PhoneMetadata metadata(int code, PhoneNumberUtil library) {
        MetadataSource source =
                DefaultMetadataDependenciesProvider.getInstance().getPhoneNumberMetadataSource();
        String region = library.getRegionCodeForCountryCode(code);
        return region.equals(PhoneNumberUtil.REGION_CODE_FOR_NON_GEO_ENTITY)
                ? source.getMetadataForNonGeographicalRegion(code)
                : source.getMetadataForRegion(region);
    }

    /** Whether the code is assigned. */
    boolean exists() {
        return lengths != 0;
    }

    /** Whether the digits from there on stay as they are. */
    boolean takesAsWritten(CharSequence number, int from) {
        int digits = number.length() - from;
        if (digits > MAX_NATIONAL_DIGITS || (lengths >>> digits & 1) == 0) {
            return false;
        }

        if (literalPrefix != null) {
            return !startsWith(number, literalPrefix, from);
        }

        return prefixPattern == null
                || !prefixPattern.matcher(number).region(from, number.length()).lookingAt();
    }

    private static boolean startsWith(CharSequence number, String prefix, int from) {
        if (from + prefix.length() > number.length()) {
            return false;
        }

        for (int i = 0; i < prefix.length(); i++) {
            if (number.charAt(from + i) != prefix.charAt(i)) {
                return false;
            }
        }

        return true;
    }
}
