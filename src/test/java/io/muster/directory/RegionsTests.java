package io.muster.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.support.Refusal;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegionsTests {

    @ParameterizedTest
    @ValueSource(strings = {"DE", "us", " gb ", "XK", "AC", "TA"})
    void knowsRegionsWithANumberingPlan(String region) {
        assertThat(Regions.find(region)).hasValue(region.strip().toUpperCase(java.util.Locale.ROOT));
        assertThat(new FieldRules(region)).isNotNull();
    }

    /** All but XX are in ISO 3166; nobody has a phone number there. */
    @ParameterizedTest
    @ValueSource(strings = {"AQ", "BV", "GS", "HM", "PN", "TF", "UM", "XX", "", "001"})
    void refusesRegionsWithoutOne(String region) {
        assertThat(Regions.find(region)).isEmpty();
        assertThatThrownBy(() -> Regions.checked(region))
                .isInstanceOf(Refusal.class)
                .hasMessage("Cannot read phone numbers of the region '" + region
                        + "': it is not known. Use a code of two letters from ISO 3166, for example US or DE.");
        assertThatThrownBy(() -> new FieldRules(region)).hasMessageContaining("it is not known");
    }
}
