package io.muster.jobs.contactimport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class ImportLimitsTests {

    private static final JsonMapper JSON = JsonMapper.shared();

    @Test
    void readsWhatRunsStoredUnderTheEarlierNames() {
        ImportLimits limits = JSON.readValue("""
            {"maxRejectedShare":0.05,"maxRejectedRows":7,"maxShrinkage":0.3,"maxChangedShare":0.2,\
            "maxRowsPerKey":null,"minRows":1}\
            """, ImportLimits.class);

        assertThat(limits).isEqualTo(new ImportLimits(new Share(0.05), 7L, new Share(0.3), new Share(0.2), null, 1L));
        assertThat(JSON.readValue(JSON.writeValueAsString(limits), ImportLimits.class))
                .isEqualTo(limits);
        assertThat(JSON.writeValueAsString(limits)).contains("\"maxRejected\":0.05", "\"maxShrinkage\":0.3");
    }

    @Test
    void readsSharesAsPeopleWriteThem() {
        assertThat(Share.parse("5%")).isEqualTo(Share.parse("0.05")).isEqualTo(new Share(0.05));
        assertThat(Share.parse("100 %")).isEqualTo(new Share(1));
        for (String wrong : new String[] {"500%", "-1%", "NaN", "five", "", "%"}) {
            assertThatThrownBy(() -> Share.parse(wrong))
                    .as(wrong)
                    .hasMessage("must be a share from 0% to 100%, such as 5% or 0.05");
        }
    }
}
