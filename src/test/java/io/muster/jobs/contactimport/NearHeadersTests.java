package io.muster.jobs.contactimport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NearHeadersTests {

    private static final List<String> EXACT =
            List.of("FirstName", "LastName", "Email", "Phone", "ExternalDataReference", "Language", "Unsubscribed");

    @ParameterizedTest
    @CsvSource({
        "email, Email",
        "E-Mail, Email",
        "Emial, Email",
        "Emails, Email",
        "firstname, FirstName",
        "first name, FirstName",
        "LAST_NAME, LastName",
        "External Data Reference, ExternalDataReference",
        "ExternalDataRefrence, ExternalDataReference",
        "Unsubscribe, Unsubscribed"
    })
    void aSlipIsNearlyTheHeader(String header, String known) {
        assertThat(NearHeaders.near(header, EXACT)).contains(known);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Email", "Email2", "Phone 2", "Name", "Plan", "City", "Mobile", "", "-", "Reference"})
    void otherHeadersAreNot(String header) {
        assertThat(NearHeaders.near(header, EXACT)).isEmpty();
    }
}
