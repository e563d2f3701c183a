package io.muster.extract.csv;

/** Makes cells safe for spreadsheets. */
public final class FormulaGuard {

    /** What a cell begins with that is calculated (OWASP, CSV Injection). */
    private static final String FORMULAS = "=+-@\t\r\n";

    private FormulaGuard() {}

    /** A cell that is shown as it is written, and never calculated: with an apostrophe in front where it has to be. */
    public static String harmless(String cell) {
        return !cell.isEmpty() && FORMULAS.indexOf(cell.charAt(0)) >= 0 ? "'" + cell : cell;
    }
}
