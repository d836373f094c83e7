/** The emoji picker with its data: loaded when it is first wanted. */
export { Picker } from './Picker.tsx';
