<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
  <context>
    <name>viewer</name>
    <message numerus="yes">
      <source> and %n more</source>
      <translation>
        <numerusform> and %n more</numerusform>
        <numerusform> and %n more</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n damaged images left out</source>
      <translation>
        <numerusform>%n damaged image left out</numerusform>
        <numerusform>%n damaged images left out</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n files lie in</source>
      <translation>
        <numerusform>%n file lies in</numerusform>
        <numerusform>%n files lie in</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n images</source>
      <translation>
        <numerusform>%n image</numerusform>
        <numerusform>%n images</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n images could not be read</source>
      <translation>
        <numerusform>%n image could not be read</numerusform>
        <numerusform>%n images could not be read</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n images not chosen</source>
      <translation>
        <numerusform>%n image not chosen</numerusform>
        <numerusform>%n images not chosen</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n images of the PET are damaged</source>
      <translation>
        <numerusform>%n image of the PET is damaged</numerusform>
        <numerusform>%n images of the PET are damaged</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n images of this series are damaged</source>
      <translation>
        <numerusform>%n image of this series is damaged</numerusform>
        <numerusform>%n images of this series are damaged</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n marks</source>
      <translation>
        <numerusform>%n mark</numerusform>
        <numerusform>%n marks</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n pixels</source>
      <translation>
        <numerusform>%n pixel</numerusform>
        <numerusform>%n pixels</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n series</source>
      <translation>
        <numerusform>%n series</numerusform>
        <numerusform>%n series</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>All cases are done. Thank you.
%n cases in {time}. Give the medium back, or save a copy to send.</source>
      <translation>
        <numerusform>All cases are done. Thank you.
%n case in {time}. Give the medium back, or save a copy to send.</numerusform>
        <numerusform>All cases are done. Thank you.
%n cases in {time}. Give the medium back, or save a copy to send.</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>All cases are done. Thank you.
%n cases in {time}. Give the medium back.</source>
      <translation>
        <numerusform>All cases are done. Thank you.
%n case in {time}. Give the medium back.</numerusform>
        <numerusform>All cases are done. Thank you.
%n cases in {time}. Give the medium back.</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>All cases are done. Thank you.
%n cases in {time}. You can still open each one in the list above. Give the medium back, or save a copy to send.</source>
      <translation>
        <numerusform>All cases are done. Thank you.
%n case in {time}. You can still open it in the list above. Give the medium back, or save a copy to send.</numerusform>
        <numerusform>All cases are done. Thank you.
%n cases in {time}. You can still open each one in the list above. Give the medium back, or save a copy to send.</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>An answer can have no more than %n characters. The rest was cut off.</source>
      <translation>
        <numerusform>An answer can have no more than %n character. The rest was cut off.</numerusform>
        <numerusform>An answer can have no more than %n characters. The rest was cut off.</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>Curve through %n points</source>
      <translation>
        <numerusform>Curve through %n point</numerusform>
        <numerusform>Curve through %n points</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>No more than %n marks can be set here. Remove them to set others.</source>
      <translation>
        <numerusform>No more than %n mark can be set here. Remove it to set another.</numerusform>
        <numerusform>No more than %n marks can be set here. Remove them to set others.</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>Parts cut away (%n cuts)</source>
      <translation>
        <numerusform>Parts cut away (%n cut)</numerusform>
        <numerusform>Parts cut away (%n cuts)</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>Straightened along a curve through %n points</source>
      <translation>
        <numerusform>Straightened along a curve through %n point</numerusform>
        <numerusform>Straightened along a curve through %n points</numerusform>
      </translation>
    </message>
  </context>
</TS>
