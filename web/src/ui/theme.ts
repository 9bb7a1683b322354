import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from "@mantine/core";

// One accent. Shade 7 carries white text at 7.4:1, shade 6 at 5.2:1 on dark screens.
const iris: MantineColorsTuple = [
  "#efeefb",
  "#dcdaf6",
  "#bdb8ee",
  "#a9a2f5",
  "#8b83e6",
  "#7b71e6",
  "#6a60d8",
  "#4f46b8",
  "#433a9f",
  "#372f86",
];

// Mantine's own greys in the dark theme, shade by shade, set to the tokens: menus, dialogs and fields then match the page.
const dark: MantineColorsTuple = [
  "#e9eaee",
  "#c4c8d1",
  "#a9aeba",
  "#8b919f",
  "#383b45",
  "#2a2d35",
  "#1a1b20",
  "#131418",
  "#0e0f12",
  "#09090b",
];

const small = { defaultProps: { size: "sm" } };
const floating = { defaultProps: { shadow: "md", radius: "md" } };

export const theme = createTheme({
  fontFamily: "var(--g-sans)",
  fontFamilyMonospace: "var(--g-mono)",
  fontSizes: { xs: "12px", sm: "13px", md: "14px", lg: "16px", xl: "18px" },
  lineHeights: { xs: "16px", sm: "18px", md: "20px", lg: "24px", xl: "26px" },
  spacing: { xs: "8px", sm: "12px", md: "16px", lg: "24px", xl: "32px" },
  radius: { xs: "3px", sm: "4px", md: "6px", lg: "8px", xl: "12px" },
  shadows: { md: "var(--g-shadow)" },
  defaultRadius: "md",
  colors: { iris, dark },
  primaryColor: "iris",
  primaryShade: { light: 7, dark: 6 },
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: "xs" }, styles: { label: { fontWeight: 550 } } },
    ActionIcon: { defaultProps: { variant: "subtle", color: "gray" } },
    Input: { styles: { input: { "--input-placeholder-color": "var(--g-text-3)" } } },
    InputWrapper: {
      styles: {
        label: { marginBottom: 4, fontWeight: 540 },
        description: { fontSize: 12, lineHeight: "17px", color: "var(--g-text-2)" },
        error: { fontSize: 12, lineHeight: "17px" },
      },
    },
    TextInput: small,
    PasswordInput: small,
    NumberInput: small,
    Select: { defaultProps: { size: "sm", allowDeselect: false, checkIconPosition: "right" } },
    MultiSelect: small,
    Textarea: small,
    Checkbox: { defaultProps: { size: "xs", radius: "xs" } },
    Switch: { defaultProps: { size: "sm", withThumbIndicator: false } },
    Menu: floating,
    Popover: floating,
    Tooltip: {
      defaultProps: {
        openDelay: 250,
        events: { hover: true, focus: true, touch: true },
        multiline: true,
        maw: 320,
        withinPortal: true,
        zIndex: 500,
      },
    },
    // What a notification says is its point; the library greys it below AA.
    Notification: { styles: { description: { color: "var(--g-text)" } } },
    Modal: { defaultProps: { centered: true, radius: "lg", padding: "lg", overlayProps: { backgroundOpacity: 0.4 } } },
  },
});

/** Points Mantine's variables at our tokens, so that its parts and ours are one palette in both themes. */
export const cssVariables: CSSVariablesResolver = () => {
  const both = {
    "--mantine-color-body": "var(--g-bg)",
    "--mantine-color-text": "var(--g-text)",
    "--mantine-color-dimmed": "var(--g-text-3)",
    "--mantine-color-placeholder": "var(--g-text-3)",
    "--mantine-color-anchor": "var(--g-accent-text)",
    "--mantine-color-default": "var(--g-raised)",
    "--mantine-color-default-hover": "var(--g-hover)",
    "--mantine-color-default-color": "var(--g-text)",
    "--mantine-color-default-border": "var(--g-line-strong)",
    "--mantine-color-disabled": "var(--g-sunken)",
    "--mantine-color-disabled-color": "var(--g-text-3)",
    "--mantine-color-disabled-border": "var(--g-line)",
    "--mantine-color-error": "var(--g-failed)",
    "--tooltip-bg": "var(--g-text)",
  };
  return { variables: {}, light: both, dark: both };
};
