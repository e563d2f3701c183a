package io.muster.support;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RefusalTests {

    @Test
    void carriesACodeAKindItsArgumentsInOrderAndItsCause() {
        IllegalStateException cause = new IllegalStateException("disk");
        Refusal refusal = Refusal.conflict("NAME_TAKEN", "Cannot rename: the name is taken.")
                .with("name", "News")
                .with("list", 7)
                .causedBy(cause);

        assertThat(refusal).hasMessage("Cannot rename: the name is taken.").hasCause(cause);
        assertThat(refusal.kind()).isEqualTo(Refusal.Kind.CONFLICT);
        assertThat(refusal.code()).isEqualTo("NAME_TAKEN");
        assertThat(refusal.arguments().toString()).isEqualTo("{name=News, list=7}");
    }
}
