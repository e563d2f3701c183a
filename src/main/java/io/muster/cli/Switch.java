package io.muster.cli;

import picocli.CommandLine.TypeConversionException;

/** A value of an option that is on or off. */
enum Switch {
    /** On. */
    ON,
    /** Off. */
    OFF;

    static Switch of(String word) {
        return switch (word) {
            case "on" -> ON;
            case "off" -> OFF;
            default -> throw new TypeConversionException("it is neither on nor off");
        };
    }

    boolean isOn() {
        return this == ON;
    }
}
