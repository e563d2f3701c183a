package io.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.support.CharSlice;
import io.muster.support.RandomTexts;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ProfileLineTests {

    private static final int ROUNDS = Integer.getInteger("muster.rounds", 2_000);
    private final FieldRules rules = new FieldRules("DE");

    @Test
    void aLineIsReadBackAsItsValues() {
        RandomTexts.repeat(ROUNDS, random -> {
            Profile values = profile(random);
            Profile read = Profile.ofLine(values.line(), values.unsubscribed());

            assertThat(Profile.ofLine(values.line(), values.unsubscribed()).fingerprint())
                    .isEqualTo(values.fingerprint());
            assertThat(read).isEqualTo(values).hasSameHashCodeAs(values);
            assertThat(read.values()).isEqualTo(values.values());
            assertThat(read.embedded()).isEqualTo(values.embedded());
            assertThat(read.line()).isEqualTo(values.line());
        });
    }

    @Test
    void linesAreEqualWhereValuesAre() {
        RandomTexts.repeat(ROUNDS, random -> {
            Profile one = few(random);
            Profile other = few(random);

            assertThat(Profile.ofLine(one.line(), false).equals(Profile.ofLine(other.line(), false)))
                    .isEqualTo(one.equals(other));
            assertThat(Profile.ofLine(one.line(), false).equals(other)).isEqualTo(one.equals(other));
            assertThat(one.withOptOut(true)).isNotEqualTo(other);
        });
    }

    @Test
    void whatIsWrittenFromCharactersIsWhatIsWrittenFromTexts() {
        RandomTexts.repeat(ROUNDS, random -> {
            Profile values = profile(random);
            ProfileLine line = new ProfileLine();
            for (ContactField field : ContactField.ALL) {
                String value = values.field(field);
                if (value == null) {
                    line.value(null);
                } else {
                    char[] chars = ("<" + value + ">").toCharArray();
                    line.value(chars, 1, chars.length - 1);
                }
            }

            boolean first = true;
            for (Map.Entry<String, String> data : values.embedded().entrySet()) {
                line.member(ProfileLine.nameInJson(data.getKey()), first);
                line.memberValue(
                        data.getValue().toCharArray(), 0, data.getValue().length());
                first = false;
            }

            if (first) {
                line.value(null);
            } else {
                line.endMembers();
            }

            assertThat(line.toBytes()).isEqualTo(values.line());
        });
    }

    @Test
    void whatIsTakenAsItIsWouldBeJudgedGoodAsItIs() {
        RandomTexts.repeat(5 * ROUNDS, random -> {
            String text = "x" + random.anyText();
            for (String raw : new String[] {
                text,
                random.text(),
                random.text() + "@" + random.text() + ".de",
                "ann.lee" + random.between(1, 99) + "@ex-ample.co" + random.one(List.of("m", "", ".", "-", "1")),
                "+49" + random.between(0L, 99_999_999_999_999L),
                "0" + random.between(0L, 99_999_999_999L),
                random.one(List.of("de", "pt-BR", "d1", "deu", "zh-Hans-CN", "x-y"))
            }) {
                char[] chars = ("«" + raw + "»").toCharArray();
                CharSlice slice = new CharSlice().at(chars, 1, chars.length - 1).trim();
                if (!slice.isEmpty()) {
                    for (ContactField field : ContactField.ALL) {
                        if (rules.takesAsIs(field, slice)) {
                            assertThat(rules.judge(field, raw)).isEqualTo(new Verdict.Valid(slice.toString()));
                        }
                    }

                    if (rules.takesEmbeddedAsIs(slice)) {
                        assertThat(rules.judgeEmbedded(raw)).isEqualTo(new Verdict.Valid(slice.toString()));
                    }
                }
            }
        });
    }

    @Test
    void usualValuesAreTakenAsTheyAre() {
        assertThat(rules.takesAsIs(ContactField.FIRST_NAME, "Zoë")).isTrue();
        assertThat(rules.takesAsIs(ContactField.EMAIL, "ann.lee@example.com")).isTrue();
        assertThat(rules.takesAsIs(ContactField.PHONE, "+4930123456")).isTrue();
        assertThat(rules.takesAsIs(ContactField.PHONE, "030 123456")).isFalse();
        assertThat(rules.takesAsIs(ContactField.LANGUAGE, "de")).isTrue();
        assertThat(rules.takesAsIs(ContactField.EXT_REF, "a\tb")).isFalse();
        assertThat(rules.takesAsIs(ContactField.EXT_REF, "x".repeat(256))).isFalse();
    }

    private static Profile profile(RandomTexts random) {
        Map<ContactField, String> fields = new EnumMap<>(ContactField.class);
        for (ContactField field : ContactField.ALL) {
            String text = random.yes() ? random.text() : random.one(List.of("\\N", "N", "\\", "a\\tb", "x"));
            if (random.yes() && !text.isEmpty()) {
                fields.put(field, text);
            }
        }

        Map<String, String> embedded = new TreeMap<>();
        for (int i = random.between(0, 3); i > 0; i--) {
            embedded.put("x" + random.text(), random.text());
        }

        return new Profile(fields, embedded, random.yes());
    }

    private static Profile few(RandomTexts random) {
        Map<ContactField, String> fields = new EnumMap<>(ContactField.class);
        for (ContactField field : List.of(ContactField.FIRST_NAME, ContactField.LAST_NAME)) {
            String text = random.one(List.of("", "\\N", "a", "a\t", "\ta", "\\"));
            if (!text.isEmpty()) {
                fields.put(field, text);
            }
        }

        return new Profile(fields, Map.of(), false);
    }
}
