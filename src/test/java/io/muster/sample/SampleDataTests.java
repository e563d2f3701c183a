package io.muster.sample;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.Phonenumber.PhoneNumber;
import io.muster.directory.ContactField;
import io.muster.directory.FieldRules;
import io.muster.directory.Verdict;
import io.muster.sample.SampleRow.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class SampleDataTests {

    /** Set aside for fiction by the regulators of the USA, United Kingdom, Germany, France and Sweden. */
    private static final Pattern FICTION =
            Pattern.compile("\\+1\\d{3}55501\\d\\d|\\+447700900\\d{3}|\\+442079460\\d{3}|\\+441614960\\d{3}"
                    + "|\\+493023125\\d{3}|\\+496990009\\d{3}|\\+4917139200\\d\\d|\\+498999998\\d{3}"
                    + "|\\+33639980?\\d{3,4}|\\+331990\\d{5}|\\+46701740[67]\\d\\d|\\+463139006\\d\\d");

    private static final SampleData DATA = new SampleData();

    @Test
    void theFilesAreWhatTheGeneratorMakes() throws IOException {
        for (Map.Entry<String, byte[]> file : DATA.contents().entrySet()) {
            assertThat(Files.readAllBytes(SampleData.FOLDER.resolve(file.getKey())))
                    .as("%s (written by the main method of SampleData)", file.getKey())
                    .isEqualTo(file.getValue());
        }
    }

    @Test
    void theFirstDayHasFiveThousandRowsOfManyKinds() {
        SampleFile first = DATA.files().getFirst();
        assertThat(first.read()).isEqualTo(5_000);
        assertThat(first.rejects())
                .containsOnlyKeys(
                        "EMAIL_INVALID",
                        "LANGUAGE_INVALID",
                        "MALFORMED_BYTES",
                        "NUL_CHARACTER",
                        "PHONE_INVALID",
                        "RAGGED_ROW",
                        "TEXT_INVALID",
                        "TOO_LONG",
                        "UNSUBSCRIBED_INVALID");
        for (Outcome outcome : Outcome.values()) {
            assertThat(first.count(outcome)).as("rows %s", outcome).isPositive();
        }
    }

    @Test
    void mostOfTheSecondDayIsUnchanged() {
        SampleFile second = DATA.files().getLast();
        assertThat(second.count(Outcome.UNCHANGED)).isGreaterThan(second.read() * 9 / 10);
        assertThat(second.count(Outcome.UPDATED)).isGreaterThan(100);
    }

    @Test
    void addressesAreOfReservedDomains() {
        assertThat(good(Column.EMAIL))
                .allMatch(email -> email.matches("(?i)[^@]+@([a-z]+\\.)*example(\\.(com|net|org))?"));
    }

    @Test
    void phoneNumbersBelongToNobodyAndAreRead() throws NumberParseException {
        PhoneNumberUtil library = PhoneNumberUtil.getInstance();
        FieldRules rules = new FieldRules(null);
        List<String> inUse = new ArrayList<>();
        for (String phone : good(Column.PHONE)) {
            if (phone.equals("N/A")) {
                continue;
            }

            Verdict verdict = rules.judge(ContactField.PHONE, phone);
            assertThat(verdict)
                    .as(phone)
                    .isInstanceOfSatisfying(
                            Verdict.Valid.class,
                            valid -> assertThat(valid.value()).as(phone).matches("\\+\\d+"));
            String number = ((Verdict.Valid) verdict).value();
            PhoneNumber read = library.parse(number, null);
            if (!FICTION.matcher(number).matches() && library.isValidNumber(read)) {
                inUse.add(phone);
            }
        }

        assertThat(inUse).as("numbers that may be in use").isEmpty();
    }

    private List<String> good(Column column) {
        int place = List.of(Column.values()).indexOf(column);
        return DATA.files().stream()
                .flatMap(file -> file.rows().stream())
                .filter(row -> row.outcome() != Outcome.REJECTED && row.outcome() != Outcome.NO_ROW)
                .map(row -> row.cells().get(place))
                .filter(cell -> !cell.isEmpty())
                .distinct()
                .toList();
    }
}
