package io.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import com.google.i18n.phonenumbers.PhoneNumberUtil.ValidationResult;
import com.google.i18n.phonenumbers.Phonenumber.PhoneNumber;
import io.muster.directory.Verdict.Invalid;
import io.muster.directory.Verdict.Valid;
import io.muster.support.RandomTexts;
import io.muster.support.Refusal;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FieldRulesTests {

    private static final String EMOJI = "\uD83D\uDE00";

    private final FieldRules rules = new FieldRules(null);
    private final FieldRules american = new FieldRules("US");
    private final FieldRules german = new FieldRules("de");

    @ParameterizedTest
    @EnumSource(ContactField.class)
    void whiteSpaceOnlyIsBlankInEveryField(ContactField field) {
        assertThat(rules.judge(field, "")).isEqualTo(Verdict.BLANK);
        assertThat(rules.judge(field, " \t\r\n\u00A0\u3000\uFEFF")).isEqualTo(Verdict.BLANK);
    }

    @Test
    void removesOuterWhiteSpaceAndKeepsTheRest() {
        assertThat(rules.judge(ContactField.FIRST_NAME, "\u00A0 Anna  Maria\t")).isEqualTo(new Valid("Anna  Maria"));
        assertThat(rules.judge(ContactField.EMAIL, " A@Example.ORG ")).isEqualTo(new Valid("A@Example.ORG"));
        assertThat(rules.judge(ContactField.EXT_REF, " 0042 ")).isEqualTo(new Valid("0042"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Zoë",
                "Zoe\u0308",
                "Łukasz",
                "Ελένη",
                "Анна",
                "محمد",
                "שרה",
                "अनुष्का",
                "สมชาย",
                "王小明",
                "さくら",
                "김민수",
                "אבג \u200Fabc",
                "O’Neill",
                "نمی‌دانم",
                "\uD842\uDFB7野家",
                "👩‍👩‍👧‍👦",
                "=SUM(A1)",
                "Anna\nMaria",
                "a\tb"
            })
    void textInAnyScriptSurvivesUnchanged(String text) {
        assertThat(rules.judge(ContactField.LAST_NAME, text)).isEqualTo(new Valid(text));
        assertThat(rules.judgeEmbedded(text)).isEqualTo(new Valid(text));
    }

    @ParameterizedTest
    @CsvSource({"FIRST_NAME, 255", "LAST_NAME, 255", "EXT_REF, 255"})
    void countsCodePointsUpToTheLimit(ContactField field, int limit) {
        assertThat(rules.judge(field, EMOJI.repeat(limit))).isEqualTo(new Valid(EMOJI.repeat(limit)));
        assertThat(rules.judge(field, "x".repeat(limit))).isEqualTo(new Valid("x".repeat(limit)));
        assertThat(rules.judge(field, "x".repeat(limit + 1)))
                .isEqualTo(new Invalid(
                        "TOO_LONG", "The " + field.key() + " has 256 characters; at most 255 are allowed."));
        assertThat(rules.judge(field, EMOJI.repeat(limit + 1))).isInstanceOf(Invalid.class);
    }

    @Test
    void limitsEveryOtherField() {
        assertThat(rules.judge(ContactField.PHONE, "1".repeat(40))).isEqualTo(new Valid("1".repeat(40)));
        assertThat(code(rules.judge(ContactField.PHONE, "1".repeat(41)))).isEqualTo("TOO_LONG");
        String longest = "a".repeat(64) + "@" + "b".repeat(63) + "." + "c".repeat(63) + "." + "d".repeat(61);
        assertThat(longest).hasSize(254);
        assertThat(rules.judge(ContactField.EMAIL, longest)).isEqualTo(new Valid(longest));
        assertThat(code(rules.judge(ContactField.EMAIL, longest + "d"))).isEqualTo("TOO_LONG");
        String tag = "de-x-" + "abcdefgh-".repeat(3) + "abc";
        assertThat(tag).hasSize(35);
        assertThat(rules.judge(ContactField.LANGUAGE, tag)).isEqualTo(new Valid(tag));
        assertThat(code(rules.judge(ContactField.LANGUAGE, tag + "d"))).isEqualTo("TOO_LONG");
        assertThat(rules.judgeEmbedded(EMOJI.repeat(1024))).isInstanceOf(Valid.class);
        assertThat(code(rules.judgeEmbedded(EMOJI.repeat(1025)))).isEqualTo("TOO_LONG");
        assertThat(rules.judgeEmbeddedName(EMOJI.repeat(200))).isInstanceOf(Valid.class);
        assertThat(code(rules.judgeEmbeddedName("n".repeat(201)))).isEqualTo("TOO_LONG");
        assertThat(code(rules.judgeEmbeddedName(" "))).isEqualTo("NAME_INVALID");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\uD800", "\uDC00b", "a\uD800b", "\uDCFF", "a\uDC80\uD800"})
    void refusesUnpairedSurrogates(String text) {
        for (ContactField field : ContactField.values()) {
            assertThat(code(rules.judge(field, text))).isEqualTo("TEXT_INVALID");
        }

        assertThat(rules.judgeEmbedded(text))
                .isEqualTo(new Invalid(
                        "TEXT_INVALID",
                        "The value of the embedded data contains bytes that are no text in the file's charset."));
        assertThat(code(rules.judgeEmbeddedName(text))).isEqualTo("TEXT_INVALID");
    }

    @Test
    void refusesControlCharactersButKeepsTabsAndLineBreaksInFreeText() {
        assertThat(rules.judge(ContactField.FIRST_NAME, "a\u0000b"))
                .isEqualTo(new Invalid("TEXT_INVALID", "The firstName contains the control character U+0000."));
        assertThat(code(rules.judge(ContactField.LAST_NAME, "a\u0007b"))).isEqualTo("TEXT_INVALID");
        assertThat(code(rules.judge(ContactField.LAST_NAME, "a\u007Fb"))).isEqualTo("TEXT_INVALID");
        assertThat(code(rules.judge(ContactField.LAST_NAME, "a\u0092b"))).isEqualTo("TEXT_INVALID");
        assertThat(rules.judgeEmbedded("a\r\n\tb")).isEqualTo(new Valid("a\r\n\tb"));
        assertThat(code(rules.judge(ContactField.EXT_REF, "a\nb"))).isEqualTo("TEXT_INVALID");
        assertThat(code(rules.judgeEmbeddedName("a\nb"))).isEqualTo("TEXT_INVALID");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a@b.co",
                "first.last+tag@sub.example.com",
                "o'neill!#$%&*/=?^_`{|}~-@example.org",
                "JOHN@EXAMPLE.COM",
                "用户@例子.广告",
                "δοκιμή@παράδειγμα.δοκιμή",
                "jörg@münchen.de",
                "a@xn--mnchen-3ya.de",
                "a@bücher.example",
                "अजय@डाटा.भारत",
                "a@r3---sn.example.com",
                "a@1.2.3.com",
                "a@123.example",
                "user@faß.de",
                "\uD83D\uDE00@example.com"
            })
    void takesMailboxes(String email) {
        assertThat(rules.judge(ContactField.EMAIL, email)).isEqualTo(new Valid(email));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain",
                "@example.com",
                "a@",
                "a@b",
                "a@b..com",
                "a@.com",
                "a@com.",
                "a@-b.com",
                "a@b-.com",
                "a@b_c.com",
                "a@b.123",
                "a@127.0.0.1",
                "a@[127.0.0.1]",
                ".a@b.com",
                "a.@b.com",
                "a..b@c.com",
                "a b@c.com",
                "a@b c.com",
                "\"a b\"@c.com",
                "Anna <a@b.com>",
                "a@b.com (Anna)",
                "a@b@c.com",
                "a@b.com,c@d.com",
                "a;b@c.com",
                "a\u200Bb@c.com",
                "a@c.com\u200B",
                "a\u00A0b@c.com",
                "a@xn--.com",
                "a@xn--a.com",
                "a@-ä.com",
                "a@ä",
                "a@ä..com",
                "a@ä.12",
                "a@\u0915\u094D\u200D\u0937a\u200D.com",
                "a@b。"
            })
    void refusesWhatIsNoMailbox(String email) {
        assertThat(code(rules.judge(ContactField.EMAIL, email))).isEqualTo("EMAIL_INVALID");
    }

    @Test
    void limitsThePartsOfAMailbox() {
        assertThat(rules.judge(ContactField.EMAIL, "a".repeat(64) + "@b.de")).isInstanceOf(Valid.class);
        assertThat(rules.judge(ContactField.EMAIL, "a".repeat(65) + "@b.de"))
                .isEqualTo(new Invalid("EMAIL_INVALID", "The part of the email before the @ is longer than 64 bytes."));
        assertThat(rules.judge(ContactField.EMAIL, "ä".repeat(32) + "@b.de")).isInstanceOf(Valid.class);
        assertThat(code(rules.judge(ContactField.EMAIL, "ä".repeat(33) + "@b.de")))
                .isEqualTo("EMAIL_INVALID");
        assertThat(rules.judge(ContactField.EMAIL, "a@" + "b".repeat(63) + ".de"))
                .isInstanceOf(Valid.class);
        assertThat(code(rules.judge(ContactField.EMAIL, "a@" + "b".repeat(64) + ".de")))
                .isEqualTo("EMAIL_INVALID");
        assertThat(code(rules.judge(ContactField.EMAIL, "a@" + "ü".repeat(60) + ".de")))
                .isEqualTo("EMAIL_INVALID");
    }

    @ParameterizedTest
    @CsvSource({
        "+16502530000, +16502530000",
        "+1 650-253-0000, +16502530000",
        "+1 (650) 253.0000, +16502530000",
        "+49 (0)30 123456, +4930123456",
        "+49 030 123456, +4930123456",
        "+390236618300, +390236618300",
        "+44 20 7946 0958, +442079460958",
        "＋４９ ３０ １２３４５６, +4930123456",
        "+٤٩ ٣٠ ١٢٣٤٥٦, +4930123456",
        "\u202A+49 30 123456\u202C, +4930123456",
        "+800 1234 5678, +80012345678",
        "(+49) 30 123456, +4930123456"
    })
    void readsInternationalNumbersWithoutARegion(String given, String stored) {
        assertThat(rules.judge(ContactField.PHONE, given)).isEqualTo(new Valid(stored));
    }

    @ParameterizedTest
    @CsvSource({
        "030 123456",
        "0049 30 123456",
        "+1234",
        "+999123456789",
        "+0123456789",
        "12345",
        "*31#1",
        "112",
        "+49 30 123456 ext. 12",
        "+1 650 253 0000 x5",
        "+16502530000;ext=5",
        "+1234567890123456789"
    })
    void keepsAsGivenWhatCannotBeRead(String given) {
        assertThat(rules.judge(ContactField.PHONE, given)).isEqualTo(new Valid(given));
    }

    @Test
    void readsNationalNumbersOfTheRegion() {
        assertThat(american.judge(ContactField.PHONE, "(650) 253-0000")).isEqualTo(new Valid("+16502530000"));
        assertThat(american.judge(ContactField.PHONE, "1 650 253 0000")).isEqualTo(new Valid("+16502530000"));
        assertThat(american.judge(ContactField.PHONE, "253-0000")).isEqualTo(new Valid("253-0000"));
        assertThat(german.judge(ContactField.PHONE, "030 123456")).isEqualTo(new Valid("+4930123456"));
        assertThat(german.judge(ContactField.PHONE, "0049 30 123456")).isEqualTo(new Valid("+4930123456"));
        assertThat(german.judge(ContactField.PHONE, "+1 650 253 0000")).isEqualTo(new Valid("+16502530000"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "n/a",
                "none",
                "12",
                "-",
                "+",
                "abc123",
                "030 12x",
                "1-800-FLOWERS",
                "12345+",
                "+49+30123456",
                "030123456 mobil",
                "030 1234 ext",
                "a@b.com",
                "030 1234 ext 123456789",
                "++4930123456",
                "030\u20AC1234"
            })
    void refusesWhatCannotBeAPhoneNumber(String given) {
        assertThat(code(rules.judge(ContactField.PHONE, given))).isEqualTo("PHONE_INVALID");
        assertThat(code(german.judge(ContactField.PHONE, given))).isEqualTo("PHONE_INVALID");
    }

    @Test
    void refusesARegionItDoesNotKnow() {
        assertThatThrownBy(() -> new FieldRules("XX"))
                .isInstanceOf(Refusal.class)
                .hasMessage("Cannot read phone numbers of the region 'XX': it is not known."
                        + " Use a code of two letters from ISO 3166, for example US or DE.");
    }

    /** The short cut for {@code +digits} must never say anything else than the library. */
    @Test
    void readsPlusDigitsAsTheLibraryDoes() {
        PhoneNumberUtil library = PhoneNumberUtil.getInstance();
        Random random = new Random(42);
        int normal = 0;
        for (int code = 0; code < 1000; code++) {
            for (int digits = 0; digits <= 20; digits++) {
                for (int sample = 0; sample < 5; sample++) {
                    String number = "+" + code + digits(random, digits);
                    if (number.length() > 3) {
                        String read = byLibrary(library, number, null);
                        assertThat(rules.judge(ContactField.PHONE, number)).isEqualTo(new Valid(read));
                        assertThat(american.judge(ContactField.PHONE, number))
                                .isEqualTo(new Valid(byLibrary(library, number, "US")));
                        normal += read.equals(number) ? 1 : 0;
                    }
                }
            }
        }

        assertThat(normal).isGreaterThan(10_000);
    }

    @Test
    void readsExampleNumbersOfEveryRegionAsTheLibraryDoes() {
        PhoneNumberUtil library = PhoneNumberUtil.getInstance();
        for (String region : library.getSupportedRegions()) {
            for (PhoneNumberUtil.PhoneNumberType type : PhoneNumberUtil.PhoneNumberType.values()) {
                PhoneNumber example = library.getExampleNumberForType(region, type);
                if (example != null) {
                    String expected = library.format(example, PhoneNumberFormat.E164);
                    FieldRules there = new FieldRules(region);
                    String international = library.format(example, PhoneNumberFormat.INTERNATIONAL);
                    assertThat(rules.judge(ContactField.PHONE, expected))
                            .isEqualTo(new Valid(byLibrary(library, expected, null)));
                    assertThat(rules.judge(ContactField.PHONE, international))
                            .isEqualTo(new Valid(byLibrary(library, international, null)));
                    String national = library.format(example, PhoneNumberFormat.NATIONAL);
                    if (national.chars().noneMatch(Character::isLetter) && national.indexOf('*') < 0) {
                        assertThat(there.judge(ContactField.PHONE, national))
                                .isEqualTo(new Valid(byLibrary(library, national, region)));
                    }
                }
            }
        }
    }

    @Test
    void aStoredPhoneNumberIsReadAsItself() {
        Random random = new Random(7);
        for (int i = 0; i < 200_000; i++) {
            String number = (random.nextBoolean() ? "+" : "") + digits(random, 3 + random.nextInt(15));
            Verdict first = german.judge(ContactField.PHONE, number);
            if (first instanceof Valid valid) {
                assertThat(german.judge(ContactField.PHONE, valid.value())).isEqualTo(first);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "EN",
                "en",
                "de-DE",
                "ZH-S",
                "zh-t",
                "PT-BR",
                "ES-ES",
                "FR-CA",
                "EN-GB",
                "SR-ME",
                "ID",
                "MS",
                "AZ-AZ",
                "ISL",
                "TGL",
                "zh-Hant-TW",
                "es-419",
                "sl-rozaj-biske",
                "de-CH-1901",
                "zh-cmn-Hans-CN",
                "x-whatever",
                "en-a-bbb-x-a-ccc",
                "i-klingon",
                "en-GB-oed",
                "art-lojban",
                "mas",
                "hy-Latn-IT-arevela"
            })
    void takesLanguages(String language) {
        assertThat(rules.judge(ContactField.LANGUAGE, language)).isEqualTo(new Valid(language));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "e",
                "en_US",
                "en-",
                "-en",
                "en--US",
                "deutsch!",
                "x",
                "x-",
                "en-x",
                "en-a",
                "zh-q",
                "12",
                "d3",
                "日本語",
                "en US",
                "abcdefghi",
                "en-abcdefghi",
                "a-de",
                "English (US)"
            })
    void refusesWhatIsNoLanguage(String language) {
        assertThat(rules.judge(ContactField.LANGUAGE, language))
                .isEqualTo(new Invalid(
                        "LANGUAGE_INVALID",
                        "The language is neither a BCP 47 tag such as en or pt-BR nor a survey language code"
                                + " such as ZH-S."));
    }

    @ParameterizedTest
    @CsvSource({
        "true, true",
        "TRUE, true",
        "Yes, true",
        "1, true",
        " true , true",
        "false, false",
        "No, false",
        "0, false",
        "FALSE, false"
    })
    void readsTheWordsForAnOptOut(String word, String value) {
        assertThat(rules.judgeUnsubscribed(word)).isEqualTo(new Valid(value));
    }

    @Test
    void refusesOtherWordsForAnOptOut() {
        assertThat(rules.judgeUnsubscribed("  ")).isEqualTo(Verdict.BLANK);
        for (String word : new String[] {"2", "y", "on", "oui", "nein", "truer", "unsubscribed"}) {
            assertThat(rules.judgeUnsubscribed(word))
                    .isEqualTo(new Invalid(
                            "UNSUBSCRIBED_INVALID", "The opt-out is none of true, false, yes, no, 1 and 0."));
        }
    }

    @Test
    void neverThrowsAndNeverShowsTheValue() {
        RandomTexts.repeat(
                2_000, random -> judgesQuietly(random.anyText(), random.one(List.of(ContactField.values()))));
    }

    private static void judgesQuietly(String text, ContactField field) {
        Verdict verdict = new FieldRules(null).judge(field, text);
        if (verdict instanceof Invalid invalid) {
            String reason = invalid.reason();
            assertThat(invalid.code()).matches("TOO_LONG|[A-Z]+_INVALID");
            assertThat(text.length() < 20 || !reason.contains(text)).isTrue();
        } else if (verdict instanceof Valid valid) {
            String value = valid.value();
            assertThat(new FieldRules(null).judge(field, value)).isEqualTo(verdict);
            assertThat(value.codePointCount(0, value.length())).isLessThanOrEqualTo(field.maxLength());
        }
    }

    private static String byLibrary(PhoneNumberUtil library, String number, @Nullable String region) {
        String once = readOnce(library, number, region);
        return once.equals(readOnce(library, once, region)) ? once : number;
    }

    private static String readOnce(PhoneNumberUtil library, String number, @Nullable String region) {
        try {
            PhoneNumber read = library.parse(number, region);
            return library.isPossibleNumberWithReason(read) == ValidationResult.IS_POSSIBLE
                    ? library.format(read, PhoneNumberFormat.E164)
                    : number;
        } catch (NumberParseException unreadable) {
            return number;
        }
    }

    private static String digits(Random random, int count) {
        StringBuilder digits = new StringBuilder();
        for (int i = 0; i < count; i++) {
            digits.append((char) ('0' + random.nextInt(10)));
        }

        return digits.toString();
    }

    private static String code(Verdict verdict) {
        return verdict instanceof Invalid invalid && !invalid.reason().isEmpty() ? invalid.code() : "valid";
    }
}
